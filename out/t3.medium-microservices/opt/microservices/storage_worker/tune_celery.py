# Made by tune 0.1.0
# for host t3.medium with stack microservices
# Why each value: tune explain storage_worker
#
# The application takes these up with
#     app.config_from_object("tune_celery")
# or, after settings of its own, with
#     import tune_celery as tuned
#     app.conf.update({k: v for k, v in vars(tuned).items() if k[0] != "_"})
# A worker's command repeats what is the worker's own; the kind of its pool
# stands there alone, since it is needed before this is read.

# max(floor(min(1, max(floor((166MiB - 64MiB) / 160MiB), 1), 1)), 1) because a child for each task at once: processors, memory and connections allow no more
worker_concurrency = 1
# 4 because tasks are short: the next ones are there when one ends
worker_prefetch_multiplier = 4

# floor(max((166MiB - 64MiB) / 1 * 0.8, 48MiB), 1KiB) because in KiB; looked at after a task: a child that kept more is replaced
worker_max_memory_per_child = 83558
# 1000 because a child is replaced after so many tasks: a slow leak ends there
worker_max_tasks_per_child = 1000

# 600 because the task is told to end, by an exception that it can catch
task_soft_time_limit = 600
# 600 + 30 because what did not end by then is killed with its child
task_time_limit = 630

broker_transport_options = {
    # max((4 + 1) * 630, 3600) because a message taken and not acknowledged by then is run a second time: longer than the longest task, and those it waits behind
    "visibility_timeout": 3600,
}
# 86400 because results are forgotten after a day: what nobody asked for would fill the backend
result_expires = 86400
