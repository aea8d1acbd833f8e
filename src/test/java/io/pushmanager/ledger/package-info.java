/**
 * The proof by bookkeeping: clients that are not ours write down every call, reply and frame, and the check compares them.
 *
 * <p>It knows nothing of the product but what its replies say. All times are microseconds of the machine's monotonic
 * clock, which its processes share.
 */
@NullMarked
package io.pushmanager.ledger;

import org.jspecify.annotations.NullMarked;
