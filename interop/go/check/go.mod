module interop/check

go 1.25.0
