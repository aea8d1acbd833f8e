package io.pushmanager.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KeyValue;

/**
 * What discovery keeps of one key of etcd.
 *
 * @param value cut off just above {@link EtcdValue#MAX_BYTES}: enough to be refused, and cheap to compare
 * @param leased whether the key goes away with its process
 */
record EtcdEntry(ByteString value, boolean leased) {

    static EtcdEntry of(KeyValue found) {
        ByteString value = found.getValue();
        int kept = Math.min(value.size(), EtcdValue.MAX_BYTES + 1);
        return new EtcdEntry(value.substring(0, kept), found.getLease() != 0);
    }
}
