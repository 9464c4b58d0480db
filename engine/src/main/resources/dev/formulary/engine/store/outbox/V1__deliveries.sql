-- Events of alerts, one row for each channel that is told. Channels' settings and secrets are not in here.
create table delivery (
  -- in the order in which they happened
  id integer primary key,
  -- the same for all channels, and however often it is told
  event text not null,
  channel text not null,
  -- events of one channel that are about the same are told one after the other
  about text not null,
  -- JSON
  document text not null,
  -- waiting, delivered or dead
  state text not null,
  -- how often it was tried since it was put here, or put here again
  attempts integer not null,
  -- milliseconds since 1970: when it is tried next, and when its state changed
  due integer not null,
  changed integer not null,
  -- why it was not taken the last time, or what the channel said when it took it
  said text not null
);
create unique index delivery_event on delivery (event, channel);
create index delivery_state on delivery (state, channel, due);
create index delivery_about on delivery (channel, about, state);
