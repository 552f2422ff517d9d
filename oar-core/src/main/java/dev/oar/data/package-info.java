/**
 * What models are trained on and measured against: folders and sets of images, their families, token shards, recorded orders, and which
 * of them come next.
 */
@NullMarked
package dev.oar.data;

import org.jspecify.annotations.NullMarked;
