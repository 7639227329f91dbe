// The five core rules for DuckDB: one query over the whole file, so nothing is incremental, and records are in the order of the file.
// Ids that come twice within seven days are dropped by the first of them alone. Usage: node duckdb.mjs EVENTS ACTIONS [THREADS]
import { DuckDBInstance } from "@duckdb/node-api";

const [, , events, actions, threads = "1"] = process.argv;
const quoted = (path) => `'${path.replaceAll("'", "''")}'`;
const database = await DuckDBInstance.create(":memory:", { threads });
const connection = await database.connect();
const columns = "{id: 'VARCHAR', fan: 'VARCHAR', type: 'VARCHAR', time: 'VARCHAR', track: 'VARCHAR', release: 'VARCHAR', channel: 'VARCHAR'}";
await connection.run(`CREATE TEMP TABLE line AS SELECT row_number() OVER () AS n, * FROM read_json(${quoted(events)}, format = 'newline_delimited', columns = ${columns})`);
await connection.run(`CREATE TEMP TABLE event AS SELECT * FROM line WHERE type IN ('presave', 'listen', 'save', 'follow', 'optin')
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY n) = 1`);
await connection.run(`COPY (
  WITH consented AS (SELECT fan, min(n) AS first FROM event WHERE type = 'optin' AND channel = 'sms' GROUP BY fan),
  followed AS (SELECT fan, min(n) AS first FROM event WHERE type = 'follow' GROUP BY fan),
  saved AS (SELECT fan, track, min(n) AS first FROM event WHERE type = 'save' GROUP BY fan, track),
  presaved AS (SELECT fan, release, min(n) AS first FROM event WHERE type = 'presave' GROUP BY fan, release),
  third AS (SELECT fan, track, n FROM event WHERE type = 'listen' QUALIFY row_number() OVER (PARTITION BY fan, track ORDER BY n) = 3),
  second AS (SELECT fan, first AS n FROM saved QUALIFY row_number() OVER (PARTITION BY fan ORDER BY first) = 2),
  done AS (
    SELECT p.first AS n, 'prompt' AS kind, 'page' AS channel, 'sms' AS goal, NULL AS text, NULL AS tag, 'w1/r1' AS rule
      FROM presaved p LEFT JOIN consented c USING (fan) WHERE c.first IS NULL OR p.first < c.first
    UNION ALL SELECT t.n, 'prompt', 'page', 'save(' || t.track || ')', NULL, NULL, 'w1/r2'
      FROM third t LEFT JOIN saved s ON s.fan = t.fan AND s.track = t.track WHERE s.first IS NULL OR t.n < s.first
    UNION ALL SELECT s.n, 'prompt', 'page', 'follow', NULL, NULL, 'w1/r3' FROM second s LEFT JOIN followed f USING (fan) WHERE f.first IS NULL OR s.n < f.first
    UNION ALL SELECT first, 'tag', NULL, NULL, NULL, 'fan_club', 'w1/r4' FROM followed
    UNION ALL SELECT first, 'send', 'sms', NULL, 'Your link: https://nova.example', NULL, 'w1/r5' FROM consented)
  SELECT e.time, kind, e.fan, done.channel, goal, text, tag, rule, e.id AS cause FROM done JOIN event e USING (n) ORDER BY n
) TO ${quoted(actions)} (FORMAT json)`);
process.exit(0);
