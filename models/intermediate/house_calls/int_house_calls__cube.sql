-- The cube of acts of SOS Médecins: France, régions and départements of the association × day, seven days and ISO
-- week × sex × age schemes of SurSaUD.
with int_house_calls__cube as (

    {{ cube_of(house_calls()) }}

)

select * from int_house_calls__cube
