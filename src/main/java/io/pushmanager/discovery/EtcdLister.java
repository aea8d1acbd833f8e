package io.pushmanager.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.Status;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.KeyMirror.Entry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists everything under a role's prefix as it was at one revision.
 *
 * <p><b>Bound:</b> read page by page; when a page of huge values does not fit into a message, pages become smaller, so
 * that what somebody wrote under one key never hides the others. <b>Order:</b> by key. <b>Thread:</b> the client's context.
 */
final class EtcdLister {

    record Listing(long revision, List<Entry<EtcdEntry>> entries) {}

    private static final int MAX_PAGE_KEYS = 4_096;

    private final EtcdClient client;
    private final ByteString firstKey;
    private final ByteString endKey;
    private int pageKeys = MAX_PAGE_KEYS;

    EtcdLister(EtcdClient client, Role role) {
        this.client = client;
        this.firstKey = ByteString.copyFromUtf8(role.prefix());
        // '0' follows '/': every key that begins with the prefix lies between.
        this.endKey = firstKey.substring(0, firstKey.size() - 1).concat(ByteString.copyFromUtf8("0"));
    }

    ByteString firstKey() {
        return firstKey;
    }

    ByteString endKey() {
        return endKey;
    }

    Future<Listing> list() {
        return pages(firstKey, 0, new ArrayList<>());
    }

    private Future<Listing> pages(ByteString from, long revision, List<Entry<EtcdEntry>> entries) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(from)
                .setRangeEnd(endKey)
                .setLimit(pageKeys)
                .setRevision(revision)
                .build();
        return client.range(request)
                .compose(
                        page -> next(page, revision == 0 ? page.getHeader().getRevision() : revision, entries),
                        failure -> {
                            if (pageKeys > 1
                                    && Status.fromThrowable(failure).getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                                pageKeys /= 4;
                                return pages(from, revision, entries);
                            }
                            return Future.failedFuture(failure);
                        });
    }

    private Future<Listing> next(RangeResponse page, long revision, List<Entry<EtcdEntry>> entries) {
        for (KeyValue entry : page.getKvsList()) {
            entries.add(new Entry<>(entry.getKey().toStringUtf8(), entry.getModRevision(), EtcdEntry.of(entry)));
        }
        if (!page.getMore() || page.getKvsCount() == 0) {
            return Future.succeededFuture(new Listing(revision, entries));
        }
        ByteString last = page.getKvs(page.getKvsCount() - 1).getKey();
        return pages(last.concat(ByteString.copyFrom(new byte[1])), revision, entries);
    }
}
