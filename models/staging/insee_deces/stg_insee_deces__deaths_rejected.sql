{{ rejected_of('insee_deces') }}
