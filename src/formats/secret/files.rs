//! Files that hold little but secrets, by their path alone.

/// Source: passwd(5), shadow(5), gshadow(5); `PgBouncer`'s `auth_file`; libpq's
/// password file; netrc(5); `MySQL`'s option files; htpasswd(1).
const NAMES: &[&str] = &[
    "userlist.txt",
    "shadow",
    "shadow-",
    "gshadow",
    "gshadow-",
    "opasswd",
    ".pgpass",
    "pgpass.conf",
    ".netrc",
    "_netrc",
    ".my.cnf",
    ".mylogin.cnf",
    "htpasswd",
    ".htpasswd",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".vault-token",
    "users.acl",
];

/// Ends of such names.
const ENDS: &[&str] = &[
    ".key",
    ".pgpass",
    ".htpasswd",
    ".p12",
    ".pfx",
    ".jks",
    ".keytab",
    ".kdbx",
];

/// Directories in which all are.
const DIRECTORIES: &[&str] = &["private", "secrets", "credstore", "credstore.encrypted"];

/// Whether a file of this path is never shown, only whether it changes.
pub fn is_secret_file(path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_ssh = name.starts_with("id_") && !name.contains('.');
    let is_private_pem = name.ends_with("key.pem") || name == "privkey.pem";
    let is_in = directory.split('/').any(|part| DIRECTORIES.contains(&part));
    NAMES.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || is_ssh
        || is_private_pem
        || is_in
}
