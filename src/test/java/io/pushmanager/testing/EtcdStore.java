package io.pushmanager.testing;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What an etcd on the loopback holds: reads and writes that block, for at most 15 s.
 *
 * <p><b>Thread:</b> the test's own. One that is away is waited for.
 */
abstract class EtcdStore {

    static final long CALL_SECONDS = 15;

    private final int port;
    private ManagedChannel channel;

    EtcdStore(int port) {
        this.port = port;
    }

    /** For clients. */
    public final int port() {
        return port;
    }

    /** Returns the revision. */
    public long put(String key, String value) {
        return put(key, ByteString.copyFromUtf8(value), 0);
    }

    /** With a lease, or 0 for none. Returns the revision. */
    public long put(String key, ByteString value, long lease) {
        return kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(value)
                        .setLease(lease)
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Many keys in as few transactions as etcd allows (128 operations each). Returns the last revision. */
    public long putAll(Map<String, String> values) {
        long revision = 0;
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(entry.getKey()))
                            .setValue(ByteString.copyFromUtf8(entry.getValue()))));
            if (txn.getSuccessCount() == 128) {
                revision = kv().txn(txn.build()).getHeader().getRevision();
                txn.clear();
            }
        }
        return txn.getSuccessCount() == 0
                ? revision
                : kv().txn(txn.build()).getHeader().getRevision();
    }

    /** Returns the revision. */
    public long delete(String key) {
        return kv().deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Returns the revision. */
    public long deletePrefix(String prefix) {
        return kv().deleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(endOf(prefix))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** What etcd holds under a prefix, by key. */
    public Map<String, String> list(String prefix) {
        Map<String, String> values = new LinkedHashMap<>();
        entries(prefix)
                .forEach(entry -> values.put(
                        entry.getKey().toStringUtf8(), entry.getValue().toStringUtf8()));
        return values;
    }

    /** As {@link #list}, with leases and revisions. */
    public List<KeyValue> entries(String prefix) {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(prefix))
                        .setRangeEnd(endOf(prefix))
                        .build())
                .getKvsList();
    }

    public long revision() {
        return kv().range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("/"))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** Forgets every revision before this one: a watch that wants an older one ends. */
    public void compact(long revision) {
        var unused = kv().compact(CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build());
    }

    /** A lease that nobody keeps alive. */
    public long grant(int ttlSeconds) {
        return lease().leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build())
                .getID();
    }

    public void revoke(long lease) {
        var unused =
                lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel()).withWaitForReady().withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private LeaseGrpc.LeaseBlockingStub lease() {
        return LeaseGrpc.newBlockingStub(channel())
                .withWaitForReady()
                .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    private ManagedChannel channel() {
        if (channel == null) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .maxInboundMessageSize(256 << 20)
                    .build();
        }
        return channel;
    }

    final void closeChannel() {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    private static ByteString endOf(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
    }
}
