@NullMarked
package io.pushmanager.wire;

import org.jspecify.annotations.NullMarked;
