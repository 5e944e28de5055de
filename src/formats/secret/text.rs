//! Secrets in a text of any kind: a value, a command line, a comment, what a
//! program said. Too much is found rather than too little.

use super::is_secret_name;

/// Programs with an option that takes a password and does not say so in its name.
/// Source: redis-cli, mysql(1), sshpass(1), curl(1), mongosh, ldapsearch(1).
const OPTIONS: &[(&str, &str)] = &[
    ("redis-cli", "-a"),
    ("valkey-cli", "-a"),
    ("mysql", "-p"),
    ("mysqldump", "-p"),
    ("mysqladmin", "-p"),
    ("mariadb", "-p"),
    ("mariadb-dump", "-p"),
    ("mariadb-admin", "-p"),
    ("sshpass", "-p"),
    ("curl", "-u"),
    ("curl", "--user"),
    ("mongosh", "-p"),
    ("ldapsearch", "-w"),
];

/// Statements whose value follows without a sign, and how many words behind.
/// Source: redis.conf, sentinel.conf; netrc(5) has its own file.
const STATEMENTS: &[(&str, usize)] = &[
    ("requirepass", 1),
    ("masterauth", 1),
    ("primaryauth", 1),
    ("rename-command", 2),
    ("auth-pass", 2),
    ("sentinel-pass", 1),
    ("tls-key-file-pass", 1),
    ("tls-client-key-file-pass", 1),
    ("bearer", 1),
];

/// What hashes of passwords begin with.
/// Source: crypt(5); PostgreSQL's `pg_authid.rolpassword`.
const HASHES: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$argon2",
];

/// Characters that such a hash has at least behind its mark: nginx's `$1$args`
/// has fewer.
/// Source: crypt(5): the shortest, of `$1$`, has 22 behind its salt.
const LEAST_HASH: usize = 22;

/// What tokens begin with, whatever they are called.
/// Source: the vendors' own prefixes, as secret scanners know them.
const TOKENS: &[&str] = &[
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
];

/// Whether a text holds a secret.
pub fn looks_secret(text: &[u8]) -> bool {
    !secrets_in(&String::from_utf8_lossy(text)).is_empty()
}

/// The secrets of a text, without what says that they are.
pub fn secrets_in(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(is_break)
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for n in 0..words.len() {
        assigned(&words, n, &mut found);
        follows(&words, n, &mut found);
    }
    of_programs(&words, &mut found);
    in_addresses(text, &mut found);
    in_sql(text, &mut found);
    hashes(text, &mut found);
    if text.contains("PRIVATE KEY-----") {
        found.push(text);
    }
    found.into_iter().map(str::to_owned).collect()
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || "\"'`,;?&()[]{}|".contains(c)
}

/// `name=value`, `name: value`, `--name=value`, with blanks anywhere.
fn assigned<'a>(words: &[&'a str], n: usize, found: &mut Vec<&'a str>) {
    let Some(word) = words.get(n) else { return };
    let first = word.find(['=', ':']);
    let signs = word.match_indices(['=', ':']);
    // Of `zone=key:10m` only the first is a name.
    for (at, _) in signs.filter(|(at, sign)| *sign == "=" || Some(*at) == first) {
        let before = word.get(..at).unwrap_or_default();
        let own = before.rsplit(['=', ':']).next().unwrap_or_default();
        let name = match own {
            "" => n.checked_sub(1).and_then(|n| words.get(n)).copied(),
            own => Some(own),
        };
        let rest = word.get(at + 1..).unwrap_or_default();
        let rest = rest.trim_start_matches(['=', ':', '>']);
        let value = match rest {
            "" => words.get(n + 1).copied(),
            rest => Some(rest),
        };
        if let (Some(name), Some(value)) = (name, value)
            && is_secret_name(name)
        {
            found.push(value);
        }
    }
}

/// `--password X`, `requirepass X`, and a rule of Redis's: `user a on >X`.
fn follows<'a>(words: &[&'a str], n: usize, found: &mut Vec<&'a str>) {
    let Some(word) = words.get(n) else { return };
    let is_option = word.starts_with('-') && !word.contains(['=', ':']) && is_secret_name(word);
    if is_option {
        let next = words.get(n + 1).filter(|next| !next.starts_with("--"));
        found.extend(next);
    }
    let lower = word.to_ascii_lowercase();
    let statement = STATEMENTS.iter().find(|(name, _)| *name == lower);
    found.extend(statement.and_then(|(_, behind)| words.get(n + behind)));
    for token in word.split(['=', ':']) {
        if TOKENS.iter().any(|begin| token.starts_with(begin)) {
            found.push(token);
        }
    }
    let before = words.get(..n).unwrap_or_default();
    if let Some(password) = word.strip_prefix(['>', '<', '#'])
        && before.contains(&"user")
        && !password.is_empty()
        && !password.starts_with(['/', '&'])
    {
        found.push(password);
    }
}

/// `redis-cli -a X`, `mysql -pX`
fn of_programs<'a>(words: &[&'a str], found: &mut Vec<&'a str>) {
    for (n, word) in words.iter().enumerate() {
        let name = word.rsplit(['/', '=']).next().unwrap_or_default();
        for (_, option) in OPTIONS.iter().filter(|(program, _)| *program == name) {
            let behind = words.get(n + 1..).unwrap_or_default();
            for (at, one) in behind.iter().enumerate() {
                match one.strip_prefix(option) {
                    Some("") => found.extend(behind.get(at + 1)),
                    Some(rest) if !option.starts_with("--") => found.push(rest),
                    _ => {}
                }
            }
        }
    }
}

/// `scheme://user:password@`, and `user:password@tcp(` as Go's drivers have it.
fn in_addresses<'a>(text: &'a str, found: &mut Vec<&'a str>) {
    for word in text.split_whitespace() {
        // A slash does not end it: people forget to escape those of a password.
        let behind = word.match_indices("://");
        let behind = behind.filter_map(|(at, mark)| word.get(at + mark.len()..));
        let mut users: Vec<&str> = behind
            .filter_map(|behind| Some(behind.rsplit_once('@')?.0))
            .collect();
        for end in ["@tcp(", "@unix("] {
            users.extend(word.split_once(end).map(|(user, _)| user));
        }
        for user in users {
            let password = user.split_once(':').map(|(_, password)| password);
            found.extend(password.filter(|password| !password.is_empty()));
        }
    }
}

/// `PASSWORD 'x'`, `IDENTIFIED BY 'x'`
fn in_sql<'a>(text: &'a str, found: &mut Vec<&'a str>) {
    let lower = text.to_ascii_lowercase();
    for begin in ["password '", "password e'", "identified by '"] {
        for (at, _) in lower.match_indices(begin) {
            let behind = text.get(at + begin.len()..).unwrap_or_default();
            let end = behind.find('\'').unwrap_or(behind.len());
            found.extend(behind.get(..end).filter(|password| !password.is_empty()));
        }
    }
}

fn hashes<'a>(text: &'a str, found: &mut Vec<&'a str>) {
    let run = |at: usize, more: &str| -> &'a str {
        let rest = text.get(at..).unwrap_or_default();
        let is_part = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    };
    for mark in HASHES {
        // A compose file doubles the signs.
        let doubled = mark.replace('$', "$$");
        let all = text.match_indices(mark).chain(text.match_indices(&doubled));
        for (at, _) in all {
            let hash = run(at, "$./=,+-");
            if hash.len() >= mark.len() + LEAST_HASH {
                found.push(hash);
            }
        }
    }
    for mark in ["SCRAM-SHA-256$", "{SSHA}", "{SHA}"] {
        let all = text.match_indices(mark);
        found.extend(all.map(|(at, _)| run(at, "-$:/+={}")));
    }
    for (at, mark) in text.match_indices("md5") {
        let digest = run(at + mark.len(), "");
        let is_hash = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        found.extend(is_hash.then_some(digest));
    }
}
