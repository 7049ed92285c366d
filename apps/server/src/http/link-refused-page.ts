/** Wrong, spent and expired links get the same page. */
export const linkRefusedPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Skein – sign-in link</title></head>
<body>
<main>
<h1>This sign-in link does not work</h1>
<p>A link signs one browser in, once, and only for a while. This one is wrong, was used before, or is too old.</p>
<p>For a new one run <code>npm run link</code> in Skein's directory on the machine where the server runs, or start the server again.</p>
<p><a href="/">Go to Skein</a></p>
</main>
</body>
</html>
`;
