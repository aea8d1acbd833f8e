// Only pins which Centrifugo is built: go build github.com/centrifugal/centrifugo/v5
module peers

go 1.23

require github.com/centrifugal/centrifugo/v5 v5.4.9
