# Made by tune 0.1.0
# for host t3.medium with stack microservices
# Why each value: tune explain api

# api:app because what is served; here, so that the unit and a check need no more than this file
wsgi_app = "api:app"

# 0.0.0.0:8000 because other containers reach it over the project's network
bind = "0.0.0.0:8000"
# 2048 because connections that wait while all workers are busy; gunicorn's own, and the kernel must allow it
backlog = 2048

# uvicorn_worker.UvicornWorker because an ASGI application; uvicorn.workers is deprecated since uvicorn 0.30
worker_class = "uvicorn_worker.UvicornWorker"
# max(floor(min(min(ceil(0.4) + 1, ceil(2)), max(floor((294MiB - 48MiB) / 192MiB), 1), 6)), 1) because processors, memory and connections allow no more
workers = 1

# 1000 because a worker is replaced after so many requests: a slow leak ends there
max_requests = 1000
# floor(1000 / 10) because workers differ by up to this, so that they are not all replaced at once
max_requests_jitter = 100

# 30 because a worker that shows no life for so long is replaced; a slow request alone does not trip it
timeout = 30
# 30 because a request that was begun may be finished; the unit waits longer than this
graceful_timeout = 30
# 65 because longer than proxies and load balancers keep idle connections, 60 s: they close first, no request is lost
keepalive = 65

# /dev/shm because the heartbeat must not wait for a disk: a stalled volume would get workers killed
worker_tmp_dir = "/dev/shm"
# False because preloaded, a reload keeps the old code, and what was connected before the fork is shared; it would save a fifth to a third of the memory
preload_app = False

# Connections that each worker may open, read by the application.
raw_env = [
    # 0 because none beyond: the sum of all pools must hold
    "DB_MAX_OVERFLOW=0",
    # floor(6 / 1) because its part of what the database serves well, for each process
    "DB_POOL_SIZE=6",
]
