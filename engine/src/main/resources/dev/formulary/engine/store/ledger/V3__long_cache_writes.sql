-- What it costs to put tokens into a vendor's cache for longer than usual; -1 means as much as for usual.
alter table price add column long_cache_write bigint not null default -1;
drop index price_all;
create unique index price_all on price (input, output, cached_input, cache_write, long_cache_write, image, audio_input,
  audio_output, above, source, as_of);
