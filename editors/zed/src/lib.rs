//! Starts `segue lsp`: the one of the setting `lsp.segue.binary.path`, else the one on the path of the project.
use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result};

struct Segue;

impl zed::Extension for Segue {
    fn new() -> Self {
        Segue
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &zed::Worktree) -> Result<zed::Command> {
        let said = LspSettings::for_worktree(id.as_ref(), worktree).ok().and_then(|settings| settings.binary).and_then(|binary| binary.path);
        let command = said
            .or_else(|| worktree.which("segue"))
            .ok_or("segue is not on the path: install Segue, or say where it is in the setting lsp.segue.binary.path")?;
        Ok(zed::Command { command, args: vec!["lsp".to_string()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Segue);
