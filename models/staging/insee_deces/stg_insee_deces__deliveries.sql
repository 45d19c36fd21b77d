{{ deliveries_of('insee_deces') }}
