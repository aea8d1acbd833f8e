/**
 * The page as a browser sees it, served by the product.
 *
 * <p>Upstream: the tests in src/test/web, run here with a real server. Downstream: nothing.
 */
@NullMarked
package io.pushmanager.web;

import org.jspecify.annotations.NullMarked;
