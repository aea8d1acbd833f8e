@NullMarked
package io.pushmanager.core.membership;

import org.jspecify.annotations.NullMarked;
