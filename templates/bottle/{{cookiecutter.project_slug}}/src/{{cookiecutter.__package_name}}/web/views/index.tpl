{% raw %}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{name}}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{url('docs_asset', name='pages.css')}}">
</head>
<body>
<main>
<p class="state">Version {{version}}</p>
<h1>{{name}}</h1>
<p class="lead">{{description}}</p>
<p class="links">
<a href="{{url('docs')}}">The API, documented</a>
<a href="{{url('readyz')}}">Is the service ready?</a>
<a href="{{url('account_page', name='sign-up')}}">Sign up</a>
</p>
% if development:
{% endraw %}
{% set page = "web/views/index.tpl" %}{% include shared("src/web/next_steps.html") %}
{% raw %}% end
</main>
</body>
</html>
{% endraw %}
