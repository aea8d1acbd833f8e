// Pushes numbered messages to a room, a hundred a second, through whichever managers are there.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"
	etcdresolver "go.etcd.io/etcd/client/v3/naming/resolver"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // leaves out managers that say they do not serve
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
	"google.golang.org/grpc/status"

	"example/go-client/pubsub"
)

//go:generate go run ./gen

// One manager after the other, but none that says it does not serve.
const serviceConfig = `{"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": {"serviceName": ""}}`

const (
	pause          = 10 * time.Millisecond
	attemptTime    = 2 * time.Second
	giveUpAfter    = 30 * time.Second
	firstBackOff   = 20 * time.Millisecond
	longestBackOff = time.Second
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Println("usage: go-client MANAGERS ROOM COUNT\nMANAGERS: host:port,host:port or etcd://host:port")
		os.Exit(2)
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatalf("COUNT: %v", err)
	}
	conn, err := dial(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	managers := pubsub.NewPushManagerServiceClient(conn)
	repeated := 0
	for i := 1; i <= count; i++ {
		again, err := push(context.Background(), managers, os.Args[2], fmt.Sprintf("message %d", i))
		if err != nil {
			log.Fatal(err)
		}
		repeated += again
		time.Sleep(pause)
	}
	fmt.Printf("pushed %d, repeated %d\n", count, repeated)
}

// dial opens one channel to all managers: to those of the list, or to whoever is registered in etcd.
func dial(managers string) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithAuthority("push-manager"), // what stands for all of them is no host
	}
	if endpoint, ok := strings.CutPrefix(managers, "etcd://"); ok {
		client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}})
		if err != nil {
			return nil, err
		}
		builder, err := etcdresolver.NewBuilder(client)
		if err != nil {
			return nil, err
		}
		// The prefix begins with a slash of its own.
		return grpc.NewClient("etcd:////services/push-manager", append(options, grpc.WithResolvers(builder))...)
	}
	builder := manual.NewBuilderWithScheme("managers")
	var known resolver.State
	for _, address := range strings.Split(managers, ",") {
		known.Endpoints = append(known.Endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}})
	}
	builder.InitialState(known)
	return grpc.NewClient("managers:///", append(options, grpc.WithResolvers(builder))...)
}

// push pushes once, however often it takes, and returns how often it repeated: every attempt carries the same message_id,
// so that one which failed on its way back and is repeated at another manager still reaches each client once.
func push(ctx context.Context, managers pubsub.PushManagerServiceClient, room, text string) (int, error) {
	request := &pubsub.PushToRoomRequest{
		RoomId:  room,
		Content: &pubsub.Content{Type: "TEXT", Data: text},
		Options: &pubsub.PushOptions{MessageId: uuid.NewString()},
	}
	giveUpAt := time.Now().Add(giveUpAfter)
	backOff := firstBackOff
	for repeated := 0; ; repeated++ {
		err := attempt(ctx, managers, request)
		if err == nil {
			return repeated, nil
		}
		delay, asked := retryDelay(err)
		if !asked {
			delay = rand.N(backOff)
		}
		if !(asked || isWorthRepeating(err)) || time.Now().Add(delay).After(giveUpAt) {
			return repeated, err
		}
		log.Printf("%s is repeated: %v", text, err)
		time.Sleep(delay)
		backOff = min(2*backOff, longestBackOff)
	}
}

func attempt(ctx context.Context, managers pubsub.PushManagerServiceClient, request *pubsub.PushToRoomRequest) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	_, err := managers.PushToRoom(ctx, request)
	return err
}

// isWorthRepeating says whether another manager may well take it. Of other failures, a retry helps where the manager says when.
func isWorthRepeating(err error) bool {
	code := status.Code(err)
	return code == codes.Unavailable || code == codes.DeadlineExceeded
}

// retryDelay is how long the manager asks to wait, where it does.
func retryDelay(err error) (time.Duration, bool) {
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return retry.GetRetryDelay().AsDuration(), true
		}
	}
	return 0, false
}
