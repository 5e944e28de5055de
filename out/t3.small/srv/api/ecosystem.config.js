// Made by tune 0.1.0
// for host t3.small with stack web
// Why each value: tune explain api

module.exports = {
  apps: [
    {
      name: "api",
      script: "server.js",
      cwd: "/srv/api",
      // max(floor(min(min(ceil(0.4) + 1, ceil(2)), (384MiB - 60MiB) / 256MiB, 7)), 1) because one process: its restart does not overlap
      instances: 1,
      // fork because several instances on one port need the cluster
      exec_mode: "fork",
      // floor(324MiB * 0.83, 1MiB) because below the hard limit, above the heap: a leak restarts one process, it is not killed
      max_memory_restart: "268M",
      // here, since a cluster's process gets its env when it runs, too late for NODE_OPTIONS
      node_args: [
        // max(floor(min(268MiB - (16MiB * 3 + 48MiB), 324MiB * 0.75), 1MiB), 32MiB) because what V8 holds beyond its heap stays below the restart limit
        "--max-old-space-size=172",
        // 16MiB because V8 would shrink it to fit the limit that it sees: a third of the requests
        "--max-semi-space-size=16",
      ],
      // a request in work may end before its process is killed
      kill_timeout: 30000,
      // a crash at start is not retried for ever
      max_restarts: 10,
      min_uptime: 10000,
      exp_backoff_restart_delay: 200,
      merge_logs: true,
      out_file: "logs/" + "api" + ".log",
      error_file: "logs/" + "api" + ".error.log",
      env: {
        NODE_ENV: "production",
        // for what the application starts itself
        NODE_OPTIONS: "--max-old-space-size=172 --max-semi-space-size=16",
        PORT: "3000",
        // 0 because none beyond: the sum must hold
        "DB_MAX_OVERFLOW": "0",
        // floor(7 / 1) because its part of what the database serves well, for each process
        "DB_POOL_SIZE": "7",
        // 4 because files, DNS and hashing beside the event loop; libuv's default, stated
        "UV_THREADPOOL_SIZE": "4",
      },
    },
  ],
};
