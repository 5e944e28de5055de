//! Connections are given, not only checked: what a server can usefully serve
//! is divided among its users, and with it their processes are settled.

use std::collections::BTreeMap;

use super::apportion::{Claim, apportion};
use super::cast::{Cast, Member};
use crate::services::{Capacity, Crew, Given, Grant, Load, Opened, Share, Signer};
use crate::setting::Formula;

/// What every service may open and how many processes it has.
#[derive(Debug, Default)]
pub(super) struct Pools {
    /// By user.
    pub(super) grants: BTreeMap<String, Vec<Grant>>,
    /// Processes of one replica, by service.
    pub(super) processes: BTreeMap<String, Formula>,
    /// What is opened to a server, by server.
    pub(super) loads: BTreeMap<String, Load>,
}

/// A process that can use any number of connections.
const ANY_NUMBER: u64 = u64::MAX >> 20;

/// A user of a server while its connections are divided.
struct User<'a> {
    cast: &'a Cast<'a>,
    member: &'a Member<'a>,
    pinned: Option<u64>,
    /// The most processes of one replica.
    most: u64,
    /// The most connections that one process can use.
    each_most: u64,
    /// Whether its processes are pinned: connections do not lower them.
    crew_pinned: bool,
}

/// The connections that a server's users cannot do without: one process each.
pub(super) fn least_load(cast: &Cast<'_>, server: &str) -> Load {
    let users = cast.users_of(server).map(|member| {
        let each = member.service.pinned_pool(&member.scene).unwrap_or(1);
        opened(cast, member, [each, 1, member.spec().replicas])
    });
    Load {
        users: users.collect(),
    }
}

fn opened(cast: &Cast<'_>, member: &Member<'_>, factors: [u64; 3]) -> Opened {
    Opened {
        by: member.spec().name.clone(),
        total: factors.iter().copied().fold(1, u64::saturating_mul),
        factors,
        signers: signers(cast, member),
    }
}

/// Who signs in over a user's connections: those behind it, where it only
/// passes connections on.
fn signers(cast: &Cast<'_>, member: &Member<'_>) -> Vec<Signer> {
    let name = member.spec().name.as_str();
    if member.service.divides_connections() && cast.users_of(name).next().is_some() {
        let behind = cast.users_of(name).flat_map(|user| signers(cast, user));
        return behind.collect();
    }
    let patience = member.service.patience(&member.scene);
    let role = member.spec().db_role.as_deref().unwrap_or(name).to_owned();
    vec![Signer { role, patience }]
}

/// Divides every server's connections, servers first.
pub(super) fn divide(cast: &Cast<'_>, shares: &BTreeMap<String, Share>) -> Pools {
    let mut pools = Pools::default();
    let mut rules: BTreeMap<String, Vec<Formula>> = BTreeMap::new();
    let mut crews: BTreeMap<String, Crew> = BTreeMap::new();
    for member in cast.members() {
        let name = member.spec().name.clone();
        let crew = member.service.crew(&given(member, shares, &pools));
        rules.insert(name.clone(), crew.rules.clone());
        crews.insert(name, crew);
    }
    for member in cast
        .members()
        .filter(|member| member.service.divides_connections())
    {
        let server = member.spec().name.as_str();
        let least = least_load(cast, server);
        pools.loads.insert(server.to_owned(), least.clone());
        let Some(capacity) = member.service.capacity(&given(member, shares, &pools)) else {
            continue;
        };
        let users: Vec<User<'_>> = cast
            .users_of(server)
            .map(|user| {
                let name = user.spec().name.as_str();
                let most = rules
                    .get(name)
                    .map_or(1, |rules| Formula::min_of(rules).whole().max(1));
                let crew = crews.get(name);
                let each_most = crew.and_then(|crew| crew.connections_each);
                User {
                    cast,
                    member: user,
                    pinned: user.service.pinned_pool(&user.scene),
                    most,
                    each_most: each_most.unwrap_or(ANY_NUMBER),
                    crew_pinned: crew.is_some_and(|crew| crew.pinned),
                }
            })
            .collect();
        let load = grant(server, &users, capacity, &mut pools, &mut rules);
        pools.loads.insert(server.to_owned(), load);
    }
    for (name, rules) in rules {
        let all = Formula::min_of(&rules);
        pools
            .processes
            .insert(name, all.floor().at_least(&Formula::number(1)));
    }
    pools
}

/// What a service is told while connections are divided.
fn given<'a>(member: &Member<'a>, shares: &BTreeMap<String, Share>, pools: &Pools) -> Given<'a> {
    let name = member.spec().name.as_str();
    Given {
        scene: member.scene,
        share: shares.get(name).copied().unwrap_or(Share::NOTHING),
        ceiling: Formula::number(0),
        load: pools.loads.get(name).cloned().unwrap_or_default(),
        grants: pools.grants.get(name).cloned().unwrap_or_default(),
        processes: Formula::number(1),
        peers: BTreeMap::new(),
        instances: member.instances(),
    }
}

/// Gives each user its part of a server's connections; the pinned ones first,
/// since they were not asked.
fn grant(
    server: &str,
    users: &[User<'_>],
    capacity: Capacity,
    pools: &mut Pools,
    rules: &mut BTreeMap<String, Vec<Formula>>,
) -> Load {
    let (pinned, free): (Vec<&User<'_>>, Vec<&User<'_>>) =
        users.iter().partition(|user| user.pinned.is_some());
    let least = |users: &[&User<'_>]| users.iter().map(|user| user.least()).sum::<u64>();
    let mut load = Load::default();
    let held = capacity
        .held
        .saturating_sub(least(&free))
        .max(least(&pinned));
    for (user, part) in pinned.iter().zip(parts(held, &pinned)) {
        load.users.push(user.take(server, part, pools, rules));
    }
    let taken = load.total();
    let rest = capacity.useful.saturating_sub(taken).max(least(&free));
    for (user, part) in free.iter().zip(parts(rest, &free)) {
        load.users.push(user.take(server, part, pools, rules));
    }
    load.users.sort_by(|a, b| a.by.cmp(&b.by));
    load
}

/// What each may open, all its processes together: its least, then by weight.
fn parts(total: u64, users: &[&User<'_>]) -> Vec<u64> {
    let least: u64 = users.iter().map(|user| user.least()).sum();
    let claims: Vec<Claim> = users
        .iter()
        .map(|user| Claim {
            weight: user.member.spec().weight.in_thousandths(),
            cap: user.greatest().saturating_sub(user.least()),
        })
        .collect();
    let more = apportion(total.saturating_sub(least), &claims);
    users
        .iter()
        .zip(more)
        .map(|(user, more)| user.least() + more)
        .collect()
}

impl User<'_> {
    fn replicas(&self) -> u64 {
        self.member.spec().replicas
    }

    /// One process of each replica.
    fn least(&self) -> u64 {
        self.pinned.unwrap_or(1).saturating_mul(self.replicas())
    }

    /// All the processes that it may have, each with all that it can use.
    fn greatest(&self) -> u64 {
        let each = self.pinned.unwrap_or(self.each_most);
        each.saturating_mul(self.most)
            .saturating_mul(self.replicas())
            .max(self.least())
    }

    /// Turns its part into processes and a pool for each.
    fn take(
        &self,
        server: &str,
        part: u64,
        pools: &mut Pools,
        rules: &mut BTreeMap<String, Vec<Formula>>,
    ) -> Opened {
        let spec = self.member.spec();
        let allotted = Formula::count("allotted", part / self.replicas().max(1));
        let rule = match self.pinned {
            Some(pool) => &allotted / &Formula::count("pool", pool),
            None => allotted.clone(),
        };
        let own = rules.entry(spec.name.clone()).or_default();
        if !self.crew_pinned {
            own.push(rule);
        }
        let processes = Formula::min_of(own).whole().max(1);
        let (each, overflow, formula) = match self.pinned {
            Some(_) => {
                let overflow = spec.max_overflow.unwrap_or(0);
                let size = self.pinned.unwrap_or(1).saturating_sub(overflow).max(1);
                (size, overflow, Formula::count("stated pool", size))
            }
            None => {
                let each = (&allotted / &Formula::count("processes", processes)).floor();
                let formula = match self.each_most {
                    ANY_NUMBER => each,
                    most => each.at_most(&Formula::count("what one can use", most)),
                };
                (formula.whole().max(1), 0, formula)
            }
        };
        let factors = [each + overflow, processes, self.replicas()];
        pools
            .grants
            .entry(spec.name.clone())
            .or_default()
            .push(Grant {
                to: server.to_owned(),
                each,
                overflow,
                pinned: self.pinned.is_some(),
                formula,
            });
        opened(self.cast, self.member, factors)
    }
}
