-- Made by tune 0.1.0
-- for host e2-standard-4 with stack web
-- Why each value: tune explain db
--
-- What makes the plan's pools true: run it as a superuser, once after the roles
-- exist and again after a change. A role that is not there is left out.

SET standard_conforming_strings = on;

-- api
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'api') THEN
    -- 3 * 4 because so that the pools can open no more than the plan counts
    ALTER ROLE "api" CONNECTION LIMIT 12;
    -- (30 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "api" SET statement_timeout = 29000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "api" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'api';
  END IF;
END
$tune$;

-- app
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
    -- 3 * 4 because so that the pools can open no more than the plan counts
    ALTER ROLE "app" CONNECTION LIMIT 12;
    -- (30 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "app" SET statement_timeout = 29000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "app" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'app';
  END IF;
END
$tune$;

-- worker
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'worker') THEN
    -- 1 * 4 because so that the pools can open no more than the plan counts
    ALTER ROLE "worker" CONNECTION LIMIT 4;
    -- (600 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "worker" SET statement_timeout = 599000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "worker" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'worker';
  END IF;
END
$tune$;
