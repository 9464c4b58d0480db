-- What many decisions share, once each: snapshots of the situation, the models' cards, their vitals, contexts, verdicts.
create table part (
  no integer primary key,
  kind text not null,
  -- SHA-256 of the kind and the content
  hash blob not null,
  -- JSON behind one byte that says whether it is compressed
  body blob not null,
  -- the last entry that refers to it; when that one goes, so may this
  last_seq integer not null
);
create unique index part_hash on part (hash);
create index part_last on part (last_seq);

-- The chain: one row for each thing that happened, numbered without gaps.
create table entry (
  seq integer primary key,
  -- 1 decision, 2 outcome, 3 lost, 4 pruned
  kind integer not null,
  -- milliseconds since 1970
  at integer not null,
  -- the decision's id, or empty
  id text not null,
  situation integer,
  cards integer,
  vitals integer,
  context integer,
  verdict integer,
  body blob not null,
  -- SHA-256 of the hash before and of all that this row says
  hash blob not null
);
create index entry_id on entry (id) where id <> '';

-- Where the chain ends.
create table head (
  one integer primary key check (one = 1),
  seq integer not null,
  hash blob not null
);
