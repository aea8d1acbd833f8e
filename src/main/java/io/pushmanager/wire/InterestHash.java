package io.pushmanager.wire;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * What stands for a room or a user in the interest of a node: the 64-bit FarmHash fingerprint of the id's UTF-8 bytes.
 *
 * <p>Part of link.v1: both sides must find the same number, whatever their version. Two ids with one hash cost a push that concerns
 * nobody, never one that is missed. <b>Thread:</b> any. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
public final class InterestHash {

    private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

    private InterestHash() {}

    public static long of(String id) {
        return FINGERPRINT.hashBytes(id.getBytes(StandardCharsets.UTF_8)).asLong();
    }
}
