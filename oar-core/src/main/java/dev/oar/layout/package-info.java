/** How data sets lie on disk: folders, zips and tables, and what each says of the images in it. Pixels are not looked at. */
@NullMarked
package dev.oar.layout;

import org.jspecify.annotations.NullMarked;
