/** What routes cannot get out of, whatever a file or a message says: components, beans, classes, languages, files. */
@NullMarked
package dev.caravan.fence;

import org.jspecify.annotations.NullMarked;
