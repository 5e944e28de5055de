-- Made by tune 0.1.0
-- for host t3.medium with stack django-celery
-- Why each value: tune explain db
--
-- What makes the plan's pools true: run it as a superuser, once after the roles
-- exist and again after a change. A role that is not there is left out.

SET standard_conforming_strings = on;

-- celery_worker
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'celery_worker') THEN
    -- 1 * 2 because so that the pools can open no more than the plan counts
    ALTER ROLE "celery_worker" CONNECTION LIMIT 2;
    -- (660 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "celery_worker" SET statement_timeout = 659000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "celery_worker" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'celery_worker';
  END IF;
END
$tune$;

-- web
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'web') THEN
    -- 6 * 2 because so that the pools can open no more than the plan counts
    ALTER ROLE "web" CONNECTION LIMIT 12;
    -- (30 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "web" SET statement_timeout = 29000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "web" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'web';
  END IF;
END
$tune$;
