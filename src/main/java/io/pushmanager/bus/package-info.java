@NullMarked
package io.pushmanager.bus;

import org.jspecify.annotations.NullMarked;
