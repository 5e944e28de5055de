//! What is a secret, and what only looks like one.

use super::*;

#[test]
fn a_name_that_speaks_of_a_secret_is_one() {
    for name in [
        "POSTGRES_PASSWORD",
        "PGPASSWORD",
        "api_token",
        "authToken",
        "SENTRY_DSN",
        "DATABASE_URL",
        "STRIPE_SK",
        "STRIPE_KEY",
        "STRIPE_KEY_2",
        "secretKeyBase",
        "X-Api-Key",
        "MYSQL_PWD",
        "SMTP_PASS",
        "dbpass",
        "--requirepass",
        "aws_secret_access_key",
        "REDISCLI_AUTH",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
}

#[test]
fn other_names_are_none() {
    for name in [
        "NODE_ENV",
        "PORT",
        "PWD",
        "DB_POOL_SIZE",
        "KEYSPACE_EVENTS",
        "notify-keyspace-events",
        "keys_zone",
        "mem_limit",
        "work_mem",
        "keepalive",
        "tcp_keepalive",
        "TOKEN_TTL",
        "TOKENIZERS_PARALLELISM",
        "server_tokens",
        "password_encryption",
        "POSTGRES_PASSWORD_FILE",
        "proxy_cache_bypass",
        "ssl_session_cache",
        "",
        "1",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn a_secret_in_a_text_is_found() {
    for text in [
        "postgres://app:hunter2@db:5432/app",
        "--broker redis://:hunter2@cache/0 -x",
        "http://a http://u:hunter2@b",
        "app:hunter2@tcp(db:3306)/app",
        "/bin/x --password=hunter2",
        "/bin/x --password hunter2",
        "redis-server --requirepass hunter2",
        "redis-server '--requirepass' 'hunter2'",
        "/usr/bin/redis-cli -h cache -a hunter2 ping",
        "mysql -uroot -phunter2",
        "host=db password=hunter2 user=app",
        "host=db password = 'hunter2'",
        "PGPASSWORD=hunter2 psql",
        "http://host/a?b=c&token=hunter2",
        "# password = hunter2",
        "  DB_PASSWORD: 'hunter2',",
        "\"token\":\"hunter2\"",
        "'password' => 'hunter2'",
        "# requirepass hunter2",
        "rename-command config hunter2",
        "user app on >hunter2 ~*",
        "Authorization: hunter2",
        "-H 'Authorization: Bearer hunter2'",
        "ALTER ROLE app PASSWORD 'hunter2';",
    ] {
        let found = secrets_in(text);
        assert!(
            found.iter().any(|one| one == "hunter2"),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn hashes_and_tokens_are_secret_wherever_they_stand() {
    for text in [
        "\"app\" \"md50123456789abcdef0123456789abcdef\"",
        "\"app\" \"SCRAM-SHA-256$4096:c2FsdA==$a2V5:a2V5\"",
        "root:$6$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc:1::",
        "root:$1$salt$qJH7.N4xYta3aEG/dfqo/0:1::",
        "root:$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7:1::",
        "app:$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
        "basicauth=app:$$2y$$12$$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW",
        "x = sk_live_0123456789",
        "-----BEGIN RSA PRIVATE KEY-----",
    ] {
        assert!(looks_secret(text.as_bytes()), "{text}");
    }
}

#[test]
fn ordinary_lines_are_none() {
    for text in [
        "postgres://app@db:5432/app",
        "http://127.0.0.1:8000/a",
        "user:password@host",
        "password_encryption = scram-sha-256",
        "# the password of the server is in pgpass",
        "proxy_pass http://api",
        "rewrite ^/(.*)$ /a/$1$is_args$args last;",
        "proxy_cache_path /var/cache keys_zone=api:10m max_size=1g",
        "limit_req_zone $http_x_api_key zone=api:10m rate=1r/s",
        "ssl_session_cache shared:SSL:10m;",
        "keepalive 32;",
        "net.ipv4.tcp_keepalive_time = 600",
        "work_mem = 16MB",
        "DB_POOL_SIZE=20",
        "notify-keyspace-events Ex",
        "TOKEN_TTL=60",
        "ExecStart=/usr/bin/redis-server /etc/redis/redis.conf --maxmemory 1gb",
        "md5sum of the file",
        "requirepass",
        "\u{fffd}",
        "",
    ] {
        assert!(
            !looks_secret(text.as_bytes()),
            "{text}: {:?}",
            secrets_in(text)
        );
    }
}

#[test]
fn files_of_secrets_are_known_by_their_paths() {
    for path in [
        "/etc/pgbouncer/userlist.txt",
        "/etc/shadow",
        "/etc/gshadow-",
        "/root/.pgpass",
        "/root/.netrc",
        "/root/.my.cnf",
        "/etc/nginx/htpasswd",
        "/etc/nginx/.htpasswd",
        "/etc/ssl/private/web.pem",
        "/etc/nginx/web.key",
        "/etc/letsencrypt/live/a/privkey.pem",
        "/home/a/.ssh/id_ed25519",
        "/srv/secrets/db",
    ] {
        assert!(is_secret_file(path), "{path}");
    }
    for path in [
        "/etc/passwd",
        "/etc/nginx/nginx.conf",
        "/etc/ssl/certs/web.pem",
        "/home/a/.ssh/id_ed25519.pub",
        "/etc/redis/redis.conf",
    ] {
        assert!(!is_secret_file(path), "{path}");
    }
}

#[test]
fn an_option_and_its_value_may_be_two_items() {
    let within = ["services".to_owned(), "cache".to_owned()];
    let within = within.as_slice();
    let all = [
        (within, "image", "redis"),
        (within, "command[0]", "redis-server"),
        (within, "command[1]", "--requirepass"),
        (within, "command[2]", "hunter2"),
        (within, "ports[0]", "80:80"),
    ];
    assert_eq!(secret_items(&all), [false, true, true, true, false]);
}
