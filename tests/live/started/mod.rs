//! Servers started with the files of one plan, and asked what they took up.

mod celery;
mod pgbouncer;
mod site;
mod web;
