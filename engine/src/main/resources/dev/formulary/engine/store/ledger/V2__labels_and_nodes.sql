-- What the caller wrote on a call stands apart from the labels of its key, which were called tags before.
alter table booking add column labels text not null default '';
update booking set labels = tag, tag = '' where tag <> '';
-- Which node has booked, and the number of its journal; empty and 0 were so before there were any.
alter table booking add column node text not null default '';
alter table booking add column origin bigint not null default 0;

alter table daily rename to daily_before;
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
insert into daily select day, via, tenant, key_name, tag, '', model, rule, attempts, answers, cached, failed, unsettled,
  estimated, unpriced, tokens_input, tokens_cached, tokens_cache_write, tokens_image, tokens_audio_input, tokens_output,
  tokens_reasoning, tokens_audio_output, cost_input, cost_cached, cost_cache_write, cost_image, cost_audio_input,
  cost_output, cost_reasoning, cost_audio_output, cost, reference_cost, saved, uncompared from daily_before;
drop table daily_before;
