/** Fixtures that several features' tests use: real outside processes, and ways to hurt them. */
package io.pushmanager.testing;
