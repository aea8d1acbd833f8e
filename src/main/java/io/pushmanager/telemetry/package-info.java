@NullMarked
package io.pushmanager.telemetry;

import org.jspecify.annotations.NullMarked;
