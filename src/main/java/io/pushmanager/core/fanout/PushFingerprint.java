package io.pushmanager.core.fanout;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.Map;

/**
 * 64 bits that tell one push's content and target from another's under the same message id.
 *
 * <p>The timestamp is left out: a caller who leaves it unset gets the time of each attempt, and a retry must stay the
 * same push. Not a defence against forgery: whoever finds two pushes with one fingerprint can only confuse itself.
 *
 * <p><b>Source:</b> FNV-1a over 16-bit units, finished with the mix of MurmurHash3.
 */
final class PushFingerprint {

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private PushFingerprint() {}

    static long of(PushMessage message) {
        Content content = message.content();
        Target target = message.target();
        long hash = add(OFFSET, content.type());
        hash = add(hash, content.data());
        hash = step(hash, content.binary().length);
        for (byte b : content.binary()) {
            hash = step(hash, b);
        }
        // Maps and sets have no order: each entry is hashed alone and the sum taken in.
        long metadata = content.metadata().size();
        for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
            metadata += mix(add(add(OFFSET, entry.getKey()), entry.getValue()));
        }
        hash = mix(hash ^ mix(metadata));
        hash = add(hash, target.roomId());
        hash = step(hash, target.userIds().size());
        for (String user : target.userIds()) {
            hash = add(hash, user);
        }
        long excluded = target.excludedUserIds().size();
        for (String user : target.excludedUserIds()) {
            excluded += mix(add(OFFSET, user));
        }
        return mix(hash ^ mix(excluded));
    }

    /** The length goes first, so that a character cannot move from one field to the next unseen. */
    private static long add(long hash, String text) {
        long result = step(hash, text.length());
        for (int i = 0; i < text.length(); i++) {
            result = step(result, text.charAt(i));
        }
        return result;
    }

    private static long step(long hash, int unit) {
        return (hash ^ unit) * PRIME;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
