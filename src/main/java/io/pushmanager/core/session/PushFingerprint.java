package io.pushmanager.core.session;

import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import java.util.Map;

/**
 * 64-bit hashes that tell a repeated push from another one with the same id.
 *
 * <p>The timestamp is left out: a manager sets it when the caller did not, so a repeat through another manager differs in it.
 */
public final class PushFingerprint {

    private static final long SEED = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private PushFingerprint() {}

    public static long of(Content content) {
        long hash = add(add(SEED, content.type()), content.data());
        long metadata = 0;
        for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
            metadata += mix(add(add(SEED, entry.getKey()), entry.getValue())); // a sum: maps have no order
        }
        hash = (hash ^ metadata) * PRIME;
        for (byte b : content.binary()) {
            hash = (hash ^ (b & 0xff)) * PRIME; // with the sign, other bytes would meet
        }
        return mix(hash);
    }

    public static long of(Target target) {
        long users = 0;
        for (String user : target.userIds()) {
            users += mix(add(SEED, user));
        }
        long excluded = 0;
        for (String user : target.excludedUserIds()) {
            excluded += mix(add(SEED, user));
        }
        return mix((((add(SEED, target.roomId()) ^ users) * PRIME) ^ excluded) * PRIME);
    }

    /** Of what is done instead of a push; never that of a content that came with it, for there is none. */
    public static long of(Action action) {
        long hash = add(SEED, action.getClass().getSimpleName());
        if (action instanceof Action.Join join) {
            hash = add(hash, join.roomId());
        } else if (action instanceof Action.Leave leave) {
            hash = add(hash, leave.roomId());
        } else if (action instanceof Action.Disconnect disconnect) {
            hash = add(hash ^ disconnect.closeCode(), disconnect.reason());
        }
        return mix(hash);
    }

    private static long add(long hash, String text) {
        long result = (hash ^ text.length()) * PRIME; // lengths keep "ab"+"c" apart from "a"+"bc"
        for (int i = 0; i < text.length(); i++) {
            result = (result ^ text.charAt(i)) * PRIME;
        }
        return result;
    }

    /** The finisher of MurmurHash3: every bit of the input reaches every bit of the result. */
    private static long mix(long value) {
        long hash = value;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
