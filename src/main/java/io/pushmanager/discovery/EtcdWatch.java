package io.pushmanager.discovery;

import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * One watch of etcd. It never resumes: when it ends, it has ended.
 *
 * <p><b>Bound:</b> one response at a time waits for the context; the rest waits in etcd and in the connection.
 * <b>Order:</b> etcd's. <b>Thread:</b> the handler runs on the context; {@link #cancel} is called there too.
 */
final class EtcdWatch {

    interface Handler {

        /** Events, in order of revision. */
        void events(WatchResponse response);

        /** Nothing more comes, for whatever reason: an error, compaction, or a plain end. Not told after a cancel. */
        void ended(String why);
    }

    private final Context context;
    private final Handler handler;
    private boolean over; // context only
    private volatile @Nullable ClientCallStreamObserver<WatchRequest> call;

    EtcdWatch(Context context, Handler handler) {
        this.context = context;
        this.handler = handler;
    }

    void open(Channel connection, WatchCreateRequest request) {
        if (over) {
            return;
        }
        var requests = ClientCalls.asyncBidiStreamingCall(
                connection.newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT), new Responses());
        requests.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
    }

    void fail(Throwable failure) {
        end(String.valueOf(failure.getMessage()));
    }

    void cancel() {
        over = true;
        ClientCallStreamObserver<WatchRequest> open = call;
        if (open != null) {
            open.cancel("not needed any more", null);
        }
    }

    private void take(WatchResponse response) {
        if (over) {
            return;
        }
        if (response.getCanceled()) {
            end(
                    response.getCompactRevision() > 0
                            ? "etcd compacted up to revision " + response.getCompactRevision()
                            : "etcd cancelled the watch: " + response.getCancelReason());
            return;
        }
        if (response.getEventsCount() > 0) {
            handler.events(response);
        }
        ClientCallStreamObserver<WatchRequest> open = call;
        if (open != null && !over) {
            open.request(1);
        }
    }

    private void end(String why) {
        if (!over) {
            cancel();
            handler.ended(why);
        }
    }

    /** gRPC's thread calls it. */
    private final class Responses implements ClientResponseObserver<WatchRequest, WatchResponse> {

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
            call = requests;
            requests.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(WatchResponse response) {
            EtcdClient.hopTo(context, () -> take(response));
        }

        @Override
        public void onError(Throwable failure) {
            EtcdClient.hopTo(context, () -> fail(failure));
        }

        @Override
        public void onCompleted() {
            EtcdClient.hopTo(context, () -> end("etcd ended the watch"));
        }
    }
}
