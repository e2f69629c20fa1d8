-- A made-up second version whose second statement fails, for tests.
create table sites (
  id integer primary key
);

insert into nowhere (id) values (1);
