-- A made-up second version, for tests.
create table sites (
  id integer primary key,
  name text not null
);

insert into sites (id, name) values (1, 'here');

alter table messages add column site integer not null default 1;
