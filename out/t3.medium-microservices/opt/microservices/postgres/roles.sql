-- Made by tune 0.1.0
-- for host t3.medium with stack microservices
-- Why each value: tune explain postgres
--
-- What makes the plan's pools true: run it as a superuser, once after the roles
-- exist and again after a change. A role that is not there is left out.

SET standard_conforming_strings = on;

-- api
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'api') THEN
    -- 6 * 1 because so that the pools can open no more than the plan counts
    ALTER ROLE "api" CONNECTION LIMIT 6;
    -- (30 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "api" SET statement_timeout = 29000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "api" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'api';
  END IF;
END
$tune$;

-- celery_worker
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'celery_worker') THEN
    -- 1 * 2 because so that the pools can open no more than the plan counts
    ALTER ROLE "celery_worker" CONNECTION LIMIT 2;
    -- (600 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "celery_worker" SET statement_timeout = 599000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "celery_worker" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'celery_worker';
  END IF;
END
$tune$;

-- storage
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'storage') THEN
    -- 5 * 1 because so that the pools can open no more than the plan counts
    ALTER ROLE "storage" CONNECTION LIMIT 5;
    -- (30 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "storage" SET statement_timeout = 29000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "storage" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'storage';
  END IF;
END
$tune$;

-- storage_worker
DO $tune$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'storage_worker') THEN
    -- 1 * 1 because so that the pools can open no more than the plan counts
    ALTER ROLE "storage_worker" CONNECTION LIMIT 1;
    -- (600 - 1) * 1000 because a second before the application gives the request up, in ms
    ALTER ROLE "storage_worker" SET statement_timeout = 599000;
    -- 60 * 1000 because a forgotten transaction holds locks and keeps vacuum from its work, in ms
    ALTER ROLE "storage_worker" SET idle_in_transaction_session_timeout = 60000;
  ELSE
    RAISE NOTICE '%: no such role, nothing set', 'storage_worker';
  END IF;
END
$tune$;
