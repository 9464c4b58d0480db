-- What was measured over time: as it was noted for an hour or so, and of each minute, five minutes and hour for longer. Times
-- are milliseconds since 1970. Rows are in the order of time, in which they are written and go.

-- One metric of one resource.
create table series (
  no integer primary key,
  metric text not null,
  -- of what: a model, a provider, a card; empty where there is but one
  resource text not null,
  -- when an hour of it was kept last, or when it came
  seen integer not null
);
create unique index series_name on series (metric, resource);

create table sample (
  at integer not null,
  series integer not null,
  value real not null,
  primary key (at, series)
) without rowid;

create table rollup (
  -- how long it lasts: 60000, 300000 or 3600000
  step integer not null,
  -- when it begins
  at integer not null,
  series integer not null,
  least real not null,
  median real not null,
  most real not null,
  -- how many samples it is made of; spans without any are not there
  count integer not null,
  primary key (step, at, series)
) without rowid;

-- What was usual, by version: it is established anew when a model is replaced, or when somebody says so.
create table baseline (
  series integer not null,
  version integer not null,
  -- from when on samples count
  since integer not null,
  -- when it was found
  found integer not null,
  -- null while too little was known
  median real,
  spread real,
  count integer,
  primary key (series, version)
) without rowid;
