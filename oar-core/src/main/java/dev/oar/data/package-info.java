/** What models are trained on: folders of images, token shards, recorded orders, and which of them come next. */
@NullMarked
package dev.oar.data;

import org.jspecify.annotations.NullMarked;
