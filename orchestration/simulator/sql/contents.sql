-- Contents of the files of a batch, in the order in which they are written.
create or replace table text_file as
select
    file,
    line
from text_rows
where not is_parquet
order by file, r, version;

-- What only text can carry is not sent where all files are Parquet.
create or replace table typed_file as
select * from typed_rows
where is_parquet and not (kind = 'bad_row' and is_text_only(r))
order by file, r, version;
