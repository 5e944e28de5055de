//! Servers started with the files of one plan, and asked what they took up.

mod celery;
mod pgbouncer;
mod pm2;
mod site;
mod web;
