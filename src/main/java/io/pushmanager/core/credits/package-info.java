/**
 * Which of several Push-Managers a publisher on the bus sends to. Start at {@link
 * io.pushmanager.core.credits.ManagerCredits}.
 *
 * <p>Upstream: what managers say of themselves, every half second. Downstream: the publisher in another process.
 */
@NullMarked
package io.pushmanager.core.credits;

import org.jspecify.annotations.NullMarked;
