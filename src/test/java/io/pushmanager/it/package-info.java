/** The product from outside: its jar as processes, a real etcd, clients that are not ours, and the ledger as the judge. */
@NullMarked
package io.pushmanager.it;

import org.jspecify.annotations.NullMarked;
