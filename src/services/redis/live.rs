//! What a running server says of its settings: CONFIG GET.

use crate::services::{Answer, Live, Question};

pub(super) const LIVE: Live = Live {
    programs: &["redis-server", "valkey-server", "redis6-server"],
    through: &[],
    workers: None,
    question: Some(Question {
        program: "redis-cli",
        arguments,
        environment,
        answers,
        as_owner: false,
    }),
};

/// Its value stands for several settings of the plan, one for each class.
const BUFFERS: &str = "client-output-buffer-limit";
/// A class, its hard and soft limit, its seconds.
const OF_A_CLASS: usize = 4;

fn arguments(in_effect: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let socket = in_effect("unixsocket").filter(|path| path.starts_with('/'));
    let port = in_effect("port").unwrap_or_else(|| super::places::PORT.to_string());
    let whom = match socket {
        Some(path) => vec!["-s".to_owned(), path],
        None => vec!["-p".to_owned(), port],
    };
    let words = ["CONFIG", "GET", "*"].map(str::to_owned);
    whom.into_iter().chain(words).collect()
}

/// Source: <https://redis.io/docs/latest/develop/tools/cli/>, `REDISCLI_AUTH`: what
/// stands among the arguments can be seen by everybody.
fn environment(in_effect: &dyn Fn(&str) -> Option<String>) -> Vec<(&'static str, String)> {
    let password = in_effect("requirepass").filter(|password| !password.is_empty());
    let password = password.map(|password| ("REDISCLI_AUTH", password));
    password.into_iter().collect()
}

/// A line with the name, a line with the value, in turn.
fn answers(text: &str) -> Result<Vec<Answer>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut answers = Vec::new();
    for pair in lines.chunks(2) {
        if let [key, value] = pair {
            answers.extend(split(key, value));
        }
    }
    if answers.is_empty() {
        let said = lines.first().copied().unwrap_or("nothing");
        return Err(format!("the server answered: {said}"));
    }
    Ok(answers)
}

fn split(key: &str, value: &str) -> Vec<Answer> {
    let answer = |key: String, value: String| Answer {
        name: key.clone(),
        key,
        value,
        pending: false,
        by: None,
    };
    if key != BUFFERS {
        return vec![answer(key.to_owned(), value.to_owned())];
    }
    let words: Vec<&str> = value.split(' ').collect();
    let classes = words.chunks(OF_A_CLASS);
    classes
        .filter_map(|class| Some((class.first()?, class.get(1..)?)))
        .map(|(name, limits)| answer(format!("{BUFFERS} {name}"), limits.join(" ")))
        .collect()
}
