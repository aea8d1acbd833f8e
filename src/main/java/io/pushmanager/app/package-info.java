@NullMarked
package io.pushmanager.app;

import org.jspecify.annotations.NullMarked;
