-- What attempts cost. Amounts are whole micro-dollars. Many nodes write; what they are asked is what a file is asked.

-- Prices that were in force, once each: micro-dollars for a million tokens, -1 when unknown.
create table price (
  no integer primary key,
  input bigint not null,
  output bigint not null,
  cached_input bigint not null,
  cache_write bigint not null,
  image bigint not null,
  audio_input bigint not null,
  audio_output bigint not null,
  -- how many tokens a prompt may have before they begin
  above bigint not null,
  -- where they were read, and the day on which they were so
  source text not null,
  as_of text not null
);
create unique index price_all on price (input, output, cached_input, cache_write, image, audio_input, audio_output,
  above, source, as_of);

-- One row for an attempt, or for an answer from the cache.
create table booking (
  -- unique within a journal, and rising with the time at which attempts begin
  id bigint not null,
  -- the number of the journal, and the node that has it
  origin bigint not null,
  node text not null,
  -- milliseconds since 1970
  at bigint not null,
  -- its day in UTC, as in 2026-11-30
  day text not null,
  call text not null,
  -- which of the call's attempts, from 1; 0 from the cache
  attempt integer not null,
  via text not null,
  tenant text not null,
  key_name text not null,
  session text not null,
  -- of the key, and what the caller wrote on the call
  labels text not null,
  tag text not null,
  model text not null,
  rule text not null,
  -- answered, cached, failed, cancelled, abandoned, unsettled
  state text not null,
  -- whether a caller has a whole answer by it
  accepted integer not null,
  estimated integer not null,
  price integer not null,
  tokens_input bigint not null,
  tokens_cached bigint not null,
  tokens_cache_write bigint not null,
  tokens_image bigint not null,
  tokens_audio_input bigint not null,
  tokens_output bigint not null,
  tokens_reasoning bigint not null,
  tokens_audio_output bigint not null,
  cost_input bigint not null,
  cost_cached bigint not null,
  cost_cache_write bigint not null,
  cost_image bigint not null,
  cost_audio_input bigint not null,
  cost_output bigint not null,
  cost_reasoning bigint not null,
  cost_audio_output bigint not null,
  -- null when a price is unknown
  cost bigint,
  -- the most that it could cost; null when a price is unknown
  most bigint,
  -- the model whose cost is compared, and what it would have cost; null when that is not known
  reference text not null,
  reference_cost bigint,
  saved bigint,
  primary key (id, origin)
);
create index booking_day on booking (day);
create index booking_session on booking (session, day) where session <> '';

-- The sums of a day, which are kept for longer.
create table daily (
  day text not null,
  via text not null,
  tenant text not null,
  key_name text not null,
  labels text not null,
  tag text not null,
  model text not null,
  rule text not null,
  attempts bigint not null,
  answers bigint not null,
  cached bigint not null,
  failed bigint not null,
  unsettled bigint not null,
  estimated bigint not null,
  unpriced bigint not null,
  tokens_input bigint not null,
  tokens_cached bigint not null,
  tokens_cache_write bigint not null,
  tokens_image bigint not null,
  tokens_audio_input bigint not null,
  tokens_output bigint not null,
  tokens_reasoning bigint not null,
  tokens_audio_output bigint not null,
  cost_input bigint not null,
  cost_cached bigint not null,
  cost_cache_write bigint not null,
  cost_image bigint not null,
  cost_audio_input bigint not null,
  cost_output bigint not null,
  cost_reasoning bigint not null,
  cost_audio_output bigint not null,
  cost bigint not null,
  reference_cost bigint not null,
  saved bigint not null,
  -- how many rows say nothing of what they saved
  uncompared bigint not null,
  primary key (day, via, tenant, key_name, labels, tag, model, rule)
);
