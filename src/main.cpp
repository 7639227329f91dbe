#include "commands/command.hpp"

int main(int argc, char** argv) { return segue::run_tool(argc, argv); }
