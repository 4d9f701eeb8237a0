// Answers an HTTP request with its method and path, then the lines of its body that speak of
// errors or warnings, for componentize-js.
const answer = async (request) => {
  const url = new URL(request.url);
  const kept = (await request.text()).split('\n').filter((line) => /ERROR|WARN/.test(line));
  const lines = [`${request.method} ${url.pathname}${url.search}`, ...kept];
  return new Response(lines.join('\n') + '\n');
};

addEventListener('fetch', (event) => event.respondWith(answer(event.request)));
