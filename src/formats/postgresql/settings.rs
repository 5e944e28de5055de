//! What PostgreSQL's settings are: their types and base units. What a value
//! comes to is not known here.
//!
//! Source: `pg_settings` of PostgreSQL 12.22, 13.23, 14.23, 15.18, 16.14, 17.10
//! and 18.4 \[measured\]; what is not listed is text. No base unit differs
//! between them. Of modules, `auto_explain`, `pg_prewarm` and `pg_stat_statements`:
//! <https://www.postgresql.org/docs/15/contrib.html>.

/// What a setting's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// On or off, in any spelling down to a prefix.
    Flag,
    /// One of some words, on and off among them.
    Switch,
    /// One of some words.
    Choice,
    /// Words between commas.
    List,
    /// A whole number of its unit.
    Whole(Unit),
    /// A number of its unit.
    Real(Unit),
    /// Anything.
    Text,
}

/// What a bare number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Nothing: no unit is taken.
    None,
    /// So many bytes.
    Bytes(i128),
    /// So many microseconds.
    Micros(i128),
}

pub(super) const KIB: i128 = 1024;
pub(super) const MIB: i128 = 1024 * KIB;
/// A page: of data and of WAL, as all distributions build it.
/// Source: <https://www.postgresql.org/docs/15/install-procedure.html>, `--with-blocksize`.
const BLOCK: i128 = 8 * KIB;
pub(super) const MILLISECOND: i128 = 1000;
pub(super) const SECOND: i128 = 1000 * MILLISECOND;
pub(super) const MINUTE: i128 = 60 * SECOND;

/// What a setting, its name in lower case, is.
pub(super) fn kind(key: &str) -> Kind {
    let mut found = KINDS
        .iter()
        .filter(|(_, names)| names.split(' ').any(|name| name == key));
    found.next().map_or(Kind::Text, |(kind, _)| *kind)
}

/// Other words for the same, where a setting takes words.
/// Source: guc.c of PostgreSQL 12 to 18, the options that it hides;
/// `wal_compression` is on or off before 15.
pub(super) const SYNONYMS: &[(&str, &str, &str)] = &[
    ("client_min_messages", "debug", "debug2"),
    ("log_min_error_statement", "debug", "debug2"),
    ("log_min_messages", "debug", "debug2"),
    ("trace_recovery_messages", "debug", "debug2"),
    ("auto_explain.log_level", "debug", "debug2"),
    ("wal_compression", "pglz", "on"),
    ("wal_level", "archive", "replica"),
    ("wal_level", "hot_standby", "replica"),
];

/// What is written in octal.
pub(super) const MODES: &[&str] = &["log_file_mode", "unix_socket_permissions"];

const KINDS: &[(Kind, &str)] = &[
    (
        Kind::Flag,
        "allow_alter_system allow_in_place_tablespaces allow_system_table_mods array_nulls \
         auto_explain.log_analyze auto_explain.log_buffers auto_explain.log_nested_statements \
         auto_explain.log_settings auto_explain.log_timing auto_explain.log_triggers \
         auto_explain.log_verbose auto_explain.log_wal autovacuum bonjour check_function_bodies \
         data_sync_retry db_user_namespace debug_pretty_print debug_print_parse \
         debug_print_plan debug_print_rewritten default_transaction_deferrable \
         default_transaction_read_only enable_async_append enable_bitmapscan \
         enable_distinct_reordering enable_gathermerge enable_group_by_reordering \
         enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan \
         enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop \
         enable_parallel_append enable_parallel_hash enable_partition_pruning \
         enable_partitionwise_aggregate enable_partitionwise_join enable_presorted_aggregate \
         enable_self_join_elimination enable_seqscan enable_sort enable_tidscan \
         escape_string_warning event_triggers exit_on_error fsync full_page_writes geqo \
         gss_accept_delegation hot_standby hot_standby_feedback ignore_checksum_failure \
         ignore_invalid_pages ignore_system_indexes jit jit_debugging_support jit_dump_bitcode \
         jit_expressions jit_profiling_support jit_tuple_deforming krb_caseins_users \
         lo_compat_privileges log_checkpoints log_connections log_disconnections log_duration \
         log_executor_stats log_hostname log_lock_failures log_lock_waits log_parser_stats \
         log_planner_stats log_recovery_conflict_waits log_replication_commands \
         log_statement_stats log_truncate_on_rotation logging_collector md5_password_warnings \
         operator_precedence_warning parallel_leader_participation pg_prewarm.autoprewarm \
         pg_stat_statements.save pg_stat_statements.track_planning \
         pg_stat_statements.track_utility quote_all_identifiers recovery_target_inclusive \
         remove_temp_files_after_crash restart_after_crash row_security send_abort_for_crash \
         send_abort_for_kill ssl ssl_passphrase_command_supports_reload \
         ssl_prefer_server_ciphers standard_conforming_strings summarize_wal \
         sync_replication_slots synchronize_seqscans syslog_sequence_numbers \
         syslog_split_messages trace_connection_negotiation trace_notify trace_sort \
         track_activities track_commit_timestamp track_cost_delay_timing track_counts \
         track_io_timing track_wal_io_timing transaction_deferrable transaction_read_only \
         transform_null_equals update_process_title vacuum_truncate wal_init_zero wal_log_hints \
         wal_receiver_create_temp_slot wal_recycle zero_damaged_pages",
    ),
    (
        Kind::Switch,
        "archive_mode backslash_quote compute_query_id constraint_exclusion \
         debug_parallel_query force_parallel_mode huge_pages recovery_prefetch \
         synchronous_commit wal_compression",
    ),
    (
        Kind::Choice,
        "auto_explain.log_format auto_explain.log_level bytea_output client_min_messages \
         debug_logical_replication_streaming default_toast_compression \
         default_transaction_isolation dynamic_shared_memory_type file_copy_method \
         file_extend_method icu_validation_level intervalstyle io_method log_error_verbosity \
         log_min_error_statement log_min_messages log_statement password_encryption \
         pg_stat_statements.track plan_cache_mode recovery_init_sync_method \
         recovery_target_action session_replication_role shared_memory_type \
         ssl_max_protocol_version ssl_min_protocol_version stats_fetch_consistency \
         syslog_facility trace_recovery_messages track_functions transaction_isolation \
         wal_level wal_sync_method xmlbinary xmloption",
    ),
    (
        Kind::List,
        "listen_addresses local_preload_libraries log_destination search_path \
         session_preload_libraries shared_preload_libraries temp_tablespaces \
         unix_socket_directories",
    ),
    (
        Kind::Whole(Unit::None),
        "autovacuum_analyze_threshold autovacuum_freeze_max_age autovacuum_max_workers \
         autovacuum_multixact_freeze_max_age autovacuum_vacuum_cost_limit \
         autovacuum_vacuum_insert_threshold autovacuum_vacuum_max_threshold \
         autovacuum_vacuum_threshold autovacuum_worker_slots bgwriter_lru_maxpages commit_delay \
         commit_siblings debug_discard_caches default_statistics_target \
         effective_io_concurrency extra_float_digits from_collapse_limit geqo_effort \
         geqo_generations geqo_pool_size geqo_threshold gin_fuzzy_search_limit \
         io_max_concurrency io_workers join_collapse_limit log_file_mode \
         maintenance_io_concurrency max_active_replication_origins max_connections \
         max_files_per_process max_locks_per_transaction max_logical_replication_workers \
         max_notify_queue_pages max_parallel_apply_workers_per_subscription \
         max_parallel_maintenance_workers max_parallel_workers max_parallel_workers_per_gather \
         max_pred_locks_per_page max_pred_locks_per_relation max_pred_locks_per_transaction \
         max_prepared_transactions max_replication_slots max_sync_workers_per_subscription \
         max_wal_senders max_worker_processes pg_stat_statements.max port reserved_connections \
         scram_iterations superuser_reserved_connections tcp_keepalives_count \
         unix_socket_permissions vacuum_cost_limit vacuum_cost_page_dirty vacuum_cost_page_hit \
         vacuum_cost_page_miss vacuum_defer_cleanup_age vacuum_failsafe_age \
         vacuum_freeze_min_age vacuum_freeze_table_age vacuum_multixact_failsafe_age \
         vacuum_multixact_freeze_min_age vacuum_multixact_freeze_table_age wal_keep_segments",
    ),
    (
        Kind::Whole(Unit::Bytes(1)),
        "log_parameter_max_length log_parameter_max_length_on_error track_activity_query_size \
         wal_decode_buffer_size",
    ),
    (
        Kind::Whole(Unit::Bytes(KIB)),
        "autovacuum_work_mem gin_pending_list_limit huge_page_size log_rotation_size \
         log_temp_files logical_decoding_work_mem maintenance_work_mem max_stack_depth \
         temp_file_limit vacuum_buffer_usage_limit wal_skip_threshold work_mem",
    ),
    (
        Kind::Whole(Unit::Bytes(BLOCK)),
        "backend_flush_after bgwriter_flush_after checkpoint_flush_after \
         commit_timestamp_buffers effective_cache_size io_combine_limit io_max_combine_limit \
         min_parallel_index_scan_size min_parallel_table_scan_size multixact_member_buffers \
         multixact_offset_buffers notify_buffers serializable_buffers shared_buffers \
         subtransaction_buffers temp_buffers transaction_buffers wal_buffers \
         wal_writer_flush_after",
    ),
    (
        Kind::Whole(Unit::Bytes(MIB)),
        "max_slot_wal_keep_size max_wal_size min_dynamic_shared_memory min_wal_size \
         wal_keep_size",
    ),
    (
        Kind::Whole(Unit::Micros(MILLISECOND)),
        "auto_explain.log_min_duration bgwriter_delay client_connection_check_interval \
         deadlock_timeout idle_in_transaction_session_timeout idle_session_timeout lock_timeout \
         log_autovacuum_min_duration log_min_duration_sample log_min_duration_statement \
         log_startup_progress_interval max_standby_archive_delay max_standby_streaming_delay \
         recovery_min_apply_delay statement_timeout tcp_user_timeout transaction_timeout \
         wal_receiver_timeout wal_retrieve_retry_interval wal_sender_timeout wal_writer_delay",
    ),
    (
        Kind::Whole(Unit::Micros(SECOND)),
        "archive_timeout authentication_timeout autovacuum_naptime checkpoint_timeout \
         checkpoint_warning idle_replication_slot_timeout pg_prewarm.autoprewarm_interval \
         post_auth_delay pre_auth_delay tcp_keepalives_idle tcp_keepalives_interval \
         wal_receiver_status_interval",
    ),
    (
        Kind::Whole(Unit::Micros(MINUTE)),
        "log_rotation_age old_snapshot_threshold wal_summary_keep_time",
    ),
    (
        Kind::Real(Unit::None),
        "auto_explain.sample_rate autovacuum_analyze_scale_factor \
         autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_scale_factor \
         bgwriter_lru_multiplier checkpoint_completion_target cpu_index_tuple_cost \
         cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction geqo_seed geqo_selection_bias \
         hash_mem_multiplier jit_above_cost jit_inline_above_cost jit_optimize_above_cost \
         log_statement_sample_rate log_transaction_sample_rate parallel_setup_cost \
         parallel_tuple_cost random_page_cost recursive_worktable_factor seq_page_cost \
         vacuum_cleanup_index_scale_factor vacuum_max_eager_freeze_failure_rate",
    ),
    (
        Kind::Real(Unit::Micros(MILLISECOND)),
        "autovacuum_vacuum_cost_delay vacuum_cost_delay",
    ),
];
